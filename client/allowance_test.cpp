#include "client/allowance.hpp"

#include <doctest/doctest.h>

using mcplumb::Allowance;

TEST_CASE("allowance: all of it is taken, or nothing") {
  Allowance bytes(10);
  CHECK(bytes.take(4));
  CHECK_FALSE(bytes.take(7));
  CHECK(bytes.left() == 6);
  CHECK(bytes.take(6));
  CHECK(bytes.take(0));
  CHECK_FALSE(bytes.take(1));
}

TEST_CASE("allowance: some of it is what is left") {
  Allowance bytes(10);
  CHECK(bytes.take_some(4) == 4);
  CHECK(bytes.take_some(100) == 6);
  CHECK(bytes.take_some(1) == 0);
}

TEST_CASE("allowance: what is given back never makes more of it than there was") {
  Allowance bytes(10);
  CHECK(bytes.take(4));
  bytes.give_back(3);
  CHECK(bytes.left() == 9);
  bytes.give_back(100);
  CHECK(bytes.left() == 10);
}

TEST_CASE("allowance: it is raised and never lowered, and what was taken stays taken") {
  Allowance bytes(10);
  CHECK(bytes.take(4));
  bytes.raise_to(30);
  CHECK(bytes.whole() == 30);
  CHECK(bytes.left() == 26);
  bytes.raise_to(5);
  CHECK(bytes.whole() == 30);
}
