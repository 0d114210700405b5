from netspec.expression import parse
from tests.shape import properties
from tests.shape.expressions import MULTIPLES, PLAIN, Generator, evaluate


def test_expressions_have_the_values_of_integer_arithmetic() -> None:
    seen = properties.check_values(seed=1, count=50_000)
    assert seen["nested"] >= 25_000
    assert seen["symbolic"] >= 45_000


def test_verdicts_agree_with_brute_force() -> None:
    seen = properties.check_verdicts(seed=2, count=4_200)
    assert seen["Equal"] >= 1_500
    assert seen["Equal though unlike"] >= 300
    assert seen["Differ"] >= 1_500
    assert seen["with multiple"] >= 200
    assert seen["Unproved"] <= 40


def test_quotients_are_exact() -> None:
    seen = properties.check_quotients(seed=3, count=1_500)
    assert seen["divisible Equal"] >= 400
    assert seen["divisible Differ"] >= 400
    assert seen["quotient"] >= 100
    assert seen["product"] >= 1_000


def test_substitution_is_evaluation() -> None:
    assert properties.check_substitutes(seed=4, count=600)["symbolic"] >= 500


def test_least_sizes_agree_with_brute_force() -> None:
    seen = properties.check_least(seed=5, count=1_500)
    assert min(seen["none"], seen["one unit"], seen["more than one unit"]) >= 100


def test_text_has_the_value_of_the_size() -> None:
    seen = properties.check_text(seed=6, count=4_000)
    assert min(seen["floor"], seen["ceil"], seen["/"], seen["W/"]) >= 100


def test_text_is_an_expression_of_the_language() -> None:
    generator = Generator(seed=7, divisors=(2, 3, 4, 5, 64))
    for i in range(2_000):
        scope = (PLAIN, MULTIPLES)[i % 2]
        size = evaluate(generator.tree(1 + i % 2), scope)
        assert parse(str(size)).evaluate(scope) == size
