# One static library and one doctest binary a room, from what lies in its folder.
#   mcplumb_room(client DIRS client EXCLUDE ... GENERATED ... LINKS ...)
# `*_test.cpp` go to the room's test binary, `*_fuzz.cpp` to the fuzzers: a file that nobody builds cannot exist.
function(mcplumb_room name)
  cmake_parse_arguments(ROOM "" "" "DIRS;EXCLUDE;GENERATED;LINKS" ${ARGN})
  if(NOT ROOM_DIRS)
    set(ROOM_DIRS ${name})
  endif()
  set(sources "")
  foreach(dir ${ROOM_DIRS})
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${dir}/*.cpp ${CMAKE_SOURCE_DIR}/${dir}.cpp)
    list(APPEND sources ${found})
  endforeach()
  foreach(pattern ${ROOM_EXCLUDE})
    list(FILTER sources EXCLUDE REGEX "^${CMAKE_SOURCE_DIR}/${pattern}(/|_test\\.cpp$|\\.cpp$|$)")
  endforeach()
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")

  add_library(mcplumb_${name} STATIC ${sources} ${ROOM_GENERATED})
  target_link_libraries(mcplumb_${name} PUBLIC ${ROOM_LINKS})
  if(tests)
    add_executable(${name}_test ${tests} ${CMAKE_SOURCE_DIR}/cmake/test_main.cpp)
    set_target_properties(${name}_test PROPERTIES UNITY_BUILD OFF)  # each test file has helpers of the same names
    target_link_libraries(${name}_test PRIVATE mcplumb_${name} doctest::doctest)
    target_compile_definitions(${name}_test PRIVATE MCPLUMB_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME unit.${name} COMMAND ${name}_test)
    set_tests_properties(unit.${name} PROPERTIES LABELS unit)
  endif()
  if(MCPLUMB_FUZZ)
    foreach(fuzzer ${fuzzers})
      get_filename_component(stem ${fuzzer} NAME_WE)
      add_executable(${stem} ${fuzzer})
      target_link_libraries(${stem} PRIVATE mcplumb_${name})
      target_link_options(${stem} PRIVATE -fsanitize=fuzzer)
      add_test(NAME ${stem} COMMAND ${stem} -max_total_time=20 -rss_limit_mb=1024 -max_len=4096)
      set_tests_properties(${stem} PROPERTIES LABELS fuzz)
    endforeach()
  endif()
endfunction()

# Checks the suite files and packs them into one C++ file; a typing error in a suite breaks the build.
function(mcplumb_suites out dir)
  file(GLOB suites CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${dir}/*.yaml)
  add_executable(suite-pack cmake/suite_pack.cpp)
  target_link_libraries(suite-pack PRIVATE mcplumb_script)
  set(generated ${CMAKE_BINARY_DIR}/generated/builtin_suites_data.cpp)
  add_custom_command(OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/generated
    COMMAND suite-pack ${generated} ${suites}
    DEPENDS suite-pack ${suites} COMMENT "Checking and packing the built-in suites" VERBATIM)
  set(${out} ${generated} PARENT_SCOPE)
endfunction()

# build/mcplumb and build/mcplumb-fixture are links to what the last build made, whatever the preset's folder is.
function(mcplumb_link_binaries)
  foreach(target ${ARGN})
    if(NOT CMAKE_BINARY_DIR STREQUAL "${CMAKE_SOURCE_DIR}/build")
      add_custom_command(TARGET ${target} POST_BUILD
        COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_SOURCE_DIR}/build
        COMMAND ${CMAKE_COMMAND} -E create_symlink $<TARGET_FILE:${target}> ${CMAKE_SOURCE_DIR}/build/${target} VERBATIM)
    endif()
  endforeach()
endfunction()
