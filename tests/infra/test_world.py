"""The template's resources, made by API calls."""

from pathlib import Path

import pytest

from infra.local.endpoint import endpoint
from infra.local.runtime import TEMPLATE
from infra.local.template import TemplateFault, load
from infra.local.world import UnknownResource, World, make
from tests.infra.conftest import Small


def made(tmp_path: Path, text: str) -> World:
    (tmp_path / "template.yaml").write_text(text, encoding="utf-8")
    with endpoint() as where:
        return make(load(tmp_path / "template.yaml"), endpoint=where.own)


def test_a_type_that_is_not_known_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnknownResource, match=r"AWS::Kinesis::Stream \(Rows\)"):
        made(tmp_path, "Resources: { Rows: { Type: AWS::Kinesis::Stream } }")


def test_a_property_that_is_not_known_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnknownResource, match=r"Queue: .* AWS::SQS::Queue Colour"):
        made(tmp_path, "Resources: { Queue: { Type: AWS::SQS::Queue, Properties: { Colour: red } } }")


def test_a_rule_that_calls_a_function_straight_from_the_bus_is_refused_bar_d8(tmp_path: Path) -> None:
    text = """
Transform: AWS::Serverless-2016-10-31
Resources:
  SayHello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: x/
      Handler: handler.handler
      Runtime: python3.13
      Events: { A: { Type: EventBridgeRule, Properties: { Pattern: { source: [x] } } } }
"""
    with pytest.raises(UnknownResource, match="straight from the bus"):
        made(tmp_path, text)


def test_functions_that_disagree_about_their_environment_are_refused(tmp_path: Path) -> None:
    from infra.local.functions import Functions
    from infra.local.recorder import Recorder

    function = "{ CodeUri: x/, Handler: h.h, Runtime: python3.13, Environment: { Variables: { WHERE: %s } } }"
    text = f"""
Transform: AWS::Serverless-2016-10-31
Resources:
  One: {{ Type: AWS::Serverless::Function, Properties: {function % "here"} }}
  Two: {{ Type: AWS::Serverless::Function, Properties: {function % "there"} }}
"""
    with pytest.raises(TemplateFault, match="another WHERE"):
        Functions(made(tmp_path, text), Recorder())


def test_a_handler_that_is_missing_is_named(small: Small, tmp_path: Path) -> None:
    (tmp_path / "answer" / "handler.py").unlink()
    small.runtime.functions._handlers.clear()
    with pytest.raises(TemplateFault, match=r"Answer: .*answer/handler"):
        small.runtime.functions.check()


def test_a_secret_is_generated_and_never_stands_in_the_template(tmp_path: Path) -> None:
    text = """
Resources:
  Key: { Type: AWS::SecretsManager::Secret, Properties: { GenerateSecretString: { PasswordLength: 40 } } }
  Pair:
    Type: AWS::SecretsManager::Secret
    Properties: { GenerateSecretString: { SecretStringTemplate: '{"name": "x"}', GenerateStringKey: word } }
"""
    (tmp_path / "template.yaml").write_text(text, encoding="utf-8")
    with endpoint() as where:
        world = make(load(tmp_path / "template.yaml"), endpoint=where.own)
        manager = world.client("secretsmanager")
        found = {name: manager.get_secret_value(SecretId=name)["SecretString"] for name in world.secrets}
    assert len(found["lyspunkt-Key"]) == 40
    assert '"word"' in found["lyspunkt-Pair"]


def test_the_template_that_is_deployed_can_be_made_and_names_what_it_leaves_out() -> None:
    with endpoint() as where:
        world = make(load(TEMPLATE), endpoint=where.own)
    functions = [
        name for name, resource in load(TEMPLATE).resources.items() if resource.type == "AWS::Lambda::Function"
    ]
    assert sorted(world.functions) == sorted(functions)
    assert all(name.startswith("AWS::") for name in world.left_out)
    assert world.routes
    assert world.readers
    assert world.mail_rules
