# Warnings, sanitizers, ccache, the linker: what every target gets.
add_compile_options(-Wall -Wextra -Wpedantic)
# In a unity build a name may hide one of a neighbour file; that is no mistake.
if(NOT MCPLUMB_UNITY)
  add_compile_options(-Wshadow)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wshadow=local)
endif()
if(MCPLUMB_WERROR)
  add_compile_options(-Werror)
endif()
if(MCPLUMB_SANITIZE)
  add_compile_options(-fsanitize=${MCPLUMB_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MCPLUMB_SANITIZE})
endif()
# g++ 12 reports false positives inside the standard library's own string code when optimising.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict)
endif()
include_directories(${CMAKE_SOURCE_DIR})
add_compile_definitions(MCPLUMB_VERSION="${PROJECT_VERSION}" FIXTURE_VERSION="${PROJECT_VERSION}")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without it ccache gives up where headers are precompiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
# Most of a file's compile time goes into headers and templates that its neighbours need as well. The price: names in
# anonymous namespaces must differ within a room, its tests included. OFF compiles each file alone.
if(MCPLUMB_UNITY)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 24)
endif()
