# What `cmake --install` puts where: the programs, completion for three shells, the manual page, documents.
include(GNUInstallDirs)
install(TARGETS mcplumb mcplumb-fixture RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
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
