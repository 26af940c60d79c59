# What `cmake --install` puts where: the programs, completion for three shells, the manual page, documents; and the client
# as a library, with headers, a CMake package and a pkg-config file.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
install(TARGETS mcplumb mcplumb-fixture RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)

# Written by the program itself, so that they are never older than it.
set(generated ${CMAKE_BINARY_DIR}/generated)
function(mcplumb_install_output file destination)
  install(CODE "execute_process(COMMAND \"$<TARGET_FILE:mcplumb>\" ${ARGN}
                  OUTPUT_FILE \"${generated}/${file}\" COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES ${generated}/${file} DESTINATION ${destination})
endfunction()
mcplumb_install_output(mcplumb ${CMAKE_INSTALL_DATADIR}/bash-completion/completions completion bash)
mcplumb_install_output(_mcplumb ${CMAKE_INSTALL_DATADIR}/zsh/site-functions completion zsh)
mcplumb_install_output(mcplumb.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d completion fish)
mcplumb_install_output(mcplumb.1 ${CMAKE_INSTALL_MANDIR}/man1 man)

# The library: mcplumb::client, headers below include/mcplumb. Programs write #include <mcplumb/client.hpp>.
set_target_properties(mcplumb_client PROPERTIES EXPORT_NAME client)
target_include_directories(mcplumb_client INTERFACE
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/mcplumb>)
install(TARGETS mcplumb_client EXPORT mcplumb ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY client DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mcplumb FILES_MATCHING
        PATTERN "*.hpp" PATTERN "test_*.hpp" EXCLUDE PATTERN "fuzz_server.hpp" EXCLUDE
        PATTERN "curl_handle.hpp" EXCLUDE PATTERN "transfer.hpp" EXCLUDE PATTERN "watchdog.hpp" EXCLUDE)
file(WRITE ${generated}/client.hpp "// The MCP client of mcplumb.\n#pragma once\n\n#include \"client/connect/client.hpp\"\n")
install(FILES ${generated}/client.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mcplumb)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/mcplumb)
install(EXPORT mcplumb NAMESPACE mcplumb:: FILE mcplumb-targets.cmake DESTINATION ${package_folder})
configure_package_config_file(cmake/mcplumb-config.cmake.in ${generated}/mcplumb-config.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${generated}/mcplumb-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${generated}/mcplumb-config.cmake ${generated}/mcplumb-config-version.cmake DESTINATION ${package_folder})
configure_file(cmake/mcplumb.pc.in ${generated}/mcplumb.pc @ONLY)
install(FILES ${generated}/mcplumb.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
