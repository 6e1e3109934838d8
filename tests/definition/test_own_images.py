"""Which addresses with tokens in them cannot be those of built-in algorithms."""

import dataclasses

import pytest

import cdk_hpo as hpo
from cdk_hpo.definition.own_images import is_own, names_built_in, with_own_images
from tests.examples import minimal_definition

ACCOUNT, REGION, ANY = "${Token[AWS.AccountId.0]}", "${Token[AWS.Region.4]}", "${Token[TOKEN.12]}"
OWN = {
    "its name": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/mine:1",
    "its name, with a digest": f"{ACCOUNT}.dkr-ecr.{REGION}.on.aws/team/mine@sha256:abc",
    "its name without a tag": f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/mine",
    "the beginning of its name": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/assets-{ACCOUNT}-{REGION}:1",
    "a part of a built-in name": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/my-xgboost:{ANY}",
    "its account": f"111122223333.dkr.ecr.{REGION}.amazonaws.com/xgboost:1",
    "its account alone": f"111122223333.dkr.ecr.{REGION}.amazonaws.com/{ANY}",
}
OPEN = {
    "a built-in name": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/xgboost:1",
    "a built-in name and account": f"811284229777.dkr.ecr.{REGION}.amazonaws.com/xgboost:1",
    "a name that may be built-in": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/xg{ANY}",
    "no name": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{ANY}:1",
    "nothing": ANY,
    "nothing but a tag": f"{ANY}:1",
    "a parameter of Systems Manager": "{{resolve:ssm:/image}}",
    "a parameter for the name": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{{{{resolve:ssm:/image}}}}",
    "an expression": "{% $image %}",
}
REPOSITORY = "111122223333.dkr.ecr.us-east-1.", {"Ref": "AWS::URLSuffix"}, "/mine:latest"
JOINED = {"Fn::Join": ["", list(REPOSITORY)]}
FUNCTION = {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.us-east-1.amazonaws.com/mine:1"}


@pytest.mark.parametrize("image", OWN.values(), ids=OWN)
def test_an_own_image(image: str) -> None:
    assert is_own(image)


@pytest.mark.parametrize("image", [*OPEN.values(), FUNCTION, 5], ids=[*OPEN, "a function", "a number"])
def test_one_that_may_be_built_in(image: object) -> None:
    assert not is_own(image)


def test_a_function_that_joins_the_address_of_an_own_image() -> None:
    assert is_own(JOINED)
    assert not names_built_in(JOINED)


@pytest.mark.parametrize(
    "function",
    [
        {"Fn::Join": ["", ["811284229777.dkr.ecr.us-east-1.", {"Ref": "AWS::URLSuffix"}, "/xgboost:1"]]},
        {"Fn::Join": ["", {"Ref": "Parts"}]},
        {"Fn::Join": ["", [{"Ref": "Image"}, ":1"]]},
        {"Fn::Join": ["", ["{{resolve:ssm:/image}}", {"Ref": "Tag"}]]},
    ],
    ids=["built-in", "unknown parts", "only a tag", "a parameter of Systems Manager"],
)
def test_one_that_may_join_a_built_in_ones(function: object) -> None:
    assert not is_own(function)


def test_a_repository_that_is_no_construct() -> None:
    class Registry:
        def repository_uri_for_tag_or_digest(self, tag: str) -> str:
            return f"111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:{tag}"

    algorithm = hpo.Algorithm.from_ecr_repository(Registry(), "1")  # type: ignore[arg-type]
    training = dataclasses.replace(minimal_definition().training_jobs[0], algorithm=algorithm)
    found = {each.rule for each in dataclasses.replace(minimal_definition(), training=training).check()}
    assert found == {"metric-definitions-required"}


def test_an_address_that_is_known_is_judged_by_the_rules_alone() -> None:
    assert not is_own("111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1")


@pytest.mark.parametrize("image", [*OWN.values(), *OPEN.values()], ids=[*OWN, *OPEN])
def test_an_address_that_is_composed_as_text_is_not_judged(image: str) -> None:
    algorithm = hpo.Algorithm.from_image(image)
    training = dataclasses.replace(minimal_definition().training_jobs[0], algorithm=algorithm)
    assert dataclasses.replace(minimal_definition(), training=training).check() == []


@pytest.mark.parametrize(("image", "named"), [("a built-in name", True), ("no name", False), ("nothing", False)])
def test_a_built_in_algorithm_by_its_name(image: str, named: bool) -> None:
    assert names_built_in(OPEN[image]) is named


@pytest.mark.parametrize(("repository", "named"), [("xgboost:1", True), ("mine:1", False)])
def test_a_function_that_makes_the_address(repository: str, named: bool) -> None:
    parts = ["811284229777.dkr.ecr.", {"Ref": "AWS::Region"}, f".amazonaws.com/{repository}"]
    assert names_built_in({"Fn::Join": ["", parts]}) is named


@pytest.mark.parametrize("member", ["TrainingJobDefinition", "AlgorithmSpecification", "TrainingImage"])
def test_what_is_known_only_at_deployment_stays(member: str) -> None:
    definition = minimal_definition()
    request = definition.to_request()
    part = request
    for name in ("TrainingJobDefinition", "AlgorithmSpecification", "TrainingImage"):
        if name == member:
            part[name] = FUNCTION
            break
        part = part[name]
    assert with_own_images(definition, request) == request
