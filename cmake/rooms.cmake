# What nearly every file includes is compiled once: for the rooms, and for their tests, which are not optimised.
function(mcplumb_shared_headers name)
  file(WRITE ${CMAKE_BINARY_DIR}/generated/${name}.cpp "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
  target_link_libraries(${name} PUBLIC nlohmann_json::nlohmann_json spdlog::spdlog)
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()
if(MCPLUMB_PCH)
  mcplumb_shared_headers(room_headers <algorithm> <functional> <map> <memory> <nlohmann/json.hpp> <optional> <string>
                         <string_view> <vector>)
  mcplumb_shared_headers(test_headers <doctest/doctest.h> <nlohmann/json.hpp> <string> <vector>)
  target_compile_options(test_headers PRIVATE $<$<CONFIG:Debug>:-O0>)
endif()
add_library(test_main OBJECT cmake/test_main.cpp)
target_link_libraries(test_main PUBLIC doctest::doctest)

# One static library and one doctest binary a room, from what lies in its folder.
#   mcplumb_room(FOLDER [NAME name] [APART] [EXCLUDE ...] [LINKS ...])
# The room is named after its folder: conformance/record makes mcplumb_record and record_test. LINKS names other rooms, and
# libraries. APART: it shares no headers with the other rooms, and is not optimised in debug builds. `*_test.cpp` go to the
# room's test binary, and so do `*_fuzz.cpp`, which feed their kept corpora there; with clang they are fuzzers, too.
function(mcplumb_room folder)
  cmake_parse_arguments(ROOM "APART" "NAME" "EXCLUDE;LINKS" ${ARGN})
  get_filename_component(name ${folder} NAME)
  if(ROOM_NAME)
    set(name ${ROOM_NAME})
  endif()
  list(TRANSFORM ROOM_LINKS PREPEND mcplumb_ REGEX "^[a-z]+$")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  foreach(pattern ${ROOM_EXCLUDE})
    list(FILTER sources EXCLUDE REGEX "^${CMAKE_SOURCE_DIR}/${pattern}(/|_test\\.cpp$|\\.cpp$|$)")
  endforeach()
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER tests INCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")

  add_library(mcplumb_${name} STATIC ${sources})
  target_link_libraries(mcplumb_${name} PUBLIC ${ROOM_LINKS})
  if(ROOM_APART)
    target_compile_options(mcplumb_${name} PRIVATE $<$<CONFIG:Debug>:-O0>)
  elseif(MCPLUMB_PCH)
    target_precompile_headers(mcplumb_${name} REUSE_FROM room_headers)
  endif()
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE mcplumb_${name} test_main)
    if(MCPLUMB_PCH AND NOT ROOM_APART)
      target_precompile_headers(${name}_test REUSE_FROM test_headers)
    endif()
    # A test's own code runs once, but it is much: the optimiser would work longer than it saves.
    target_compile_options(${name}_test PRIVATE $<$<CONFIG:Debug>:-O0>)
    target_compile_definitions(${name}_test PRIVATE MCPLUMB_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME unit.${name} COMMAND ${name}_test)
    set_tests_properties(unit.${name} PROPERTIES LABELS unit)
    if(name MATCHES "^(client|probes)$")  # deadlines and growth are tested there
      set_tests_properties(unit.${name} PROPERTIES RUN_SERIAL ON)
    endif()
  endif()
  if(MCPLUMB_FUZZ)
    foreach(fuzzer ${fuzzers})
      mcplumb_fuzzer(${fuzzer} mcplumb_${name})
    endforeach()
  endif()
endfunction()

# One fuzzer, which starts from its kept corpus tests/corpus/NAME; what it finds of interest stays in the build folder. A
# dictionary is named after what the input is.
function(mcplumb_fuzzer file room)
  get_filename_component(stem ${file} NAME_WE)
  add_executable(${stem} ${file})
  target_link_libraries(${stem} PRIVATE ${room})
  target_compile_definitions(${stem} PRIVATE MCPLUMB_FUZZING)
  target_link_options(${stem} PRIVATE -fsanitize=fuzzer)
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers ${stem})
  set(corpus ${CMAKE_SOURCE_DIR}/tests/corpus/${stem})
  set(found ${CMAKE_BINARY_DIR}/corpus/${stem})
  file(MAKE_DIRECTORY ${found})
  add_test(NAME ${stem} COMMAND ${stem} -max_total_time=${MCPLUMB_FUZZ_SECONDS} -rss_limit_mb=1024 -timeout=10
           -max_len=4096 -dict=${CMAKE_SOURCE_DIR}/tests/corpus/words.dict ${found} ${corpus})
  set_tests_properties(${stem} PROPERTIES LABELS fuzz)
endfunction()

# A room of suite files: checks them and packs them into one C++ file; a typing error in a suite breaks the build.
function(mcplumb_suites folder)
  cmake_parse_arguments(ROOM "" "" "LINKS" ${ARGN})
  list(TRANSFORM ROOM_LINKS PREPEND mcplumb_)
  file(GLOB suites CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.yaml)
  add_executable(suite-pack cmake/suite_pack.cpp)
  target_link_libraries(suite-pack PRIVATE ${ROOM_LINKS})
  set(generated ${CMAKE_BINARY_DIR}/generated/builtin_suites_data.cpp)
  add_custom_command(OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/generated
    COMMAND suite-pack ${generated} ${suites}
    DEPENDS suite-pack ${suites} COMMENT "Checking and packing the built-in suites" VERBATIM)
  add_library(mcplumb_suites STATIC ${generated})
  target_link_libraries(mcplumb_suites PUBLIC ${ROOM_LINKS})
endfunction()

# build/mcplumb and build/mcplumb-fixture are links to what the last build made, whatever the preset's folder is.
function(mcplumb_link_binaries)
  foreach(target ${ARGN})
    if(NOT CMAKE_BINARY_DIR STREQUAL "${CMAKE_SOURCE_DIR}/build")
      set(link COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_SOURCE_DIR}/build
               COMMAND ${CMAKE_COMMAND} -E create_symlink $<TARGET_FILE:${target}> ${CMAKE_SOURCE_DIR}/build/${target})
      add_custom_command(TARGET ${target} POST_BUILD ${link} VERBATIM)
      # Also if nothing was to be linked: another preset may have been built in between.
      add_custom_target(link_${target} ALL ${link} COMMENT "build/${target} is $<TARGET_FILE:${target}>" VERBATIM)
      add_dependencies(link_${target} ${target})
    endif()
  endforeach()
endfunction()
