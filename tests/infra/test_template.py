"""template.yaml read as CloudFormation would read it."""

from pathlib import Path
from typing import Any

import pytest

from infra.local.template import TemplateFault, load


def loaded(tmp_path: Path, text: str, **parameters: str) -> Any:
    path = tmp_path / "template.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, parameters)


def named(name: str, attribute: str) -> str:
    return f"<{name}.{attribute}>" if attribute else f"<{name}>"


TEXT = """
Parameters:
  Stage: { Type: String, Default: test }
Mappings:
  Sizes: { test: { memory: 128 }, live: { memory: 512 } }
Conditions:
  Live: !Equals [!Ref Stage, live]
  NotLive: !Not [!Condition Live]
Resources:
  Later:
    Type: Own::Thing
    DependsOn: Queue
    Properties:
      Ref: { Value: plain }
      Name: !Sub "${AWS::StackName}-${Stage}-${Queue.Arn}-${!literal}"
      Given: !Sub ["${a}/${Queue}", { a: !Ref Stage }]
      Joined: !Join [":", [a, !Ref Queue, !GetAtt Queue.Arn]]
      Chosen: !If [Live, many, few]
      Gone: !If [Live, many, !Ref AWS::NoValue]
      List: [1, !If [Live, 2, !Ref AWS::NoValue], 3]
      Picked: !Select [1, !Split [",", "a,b"]]
      Memory: !FindInMap [Sizes, !Ref Stage, memory]
  Queue: { Type: Own::Queue }
  OnlyLive: { Type: Own::Thing, Condition: Live }
  OnlyTest: { Type: Own::Thing, Condition: NotLive }
"""


def test_references_parameters_and_conditions_are_resolved(tmp_path: Path) -> None:
    template = loaded(tmp_path, TEXT)
    properties = template.resolve(template.resources["Later"].properties, named)
    assert properties == {
        "Ref": {"Value": "plain"},
        "Name": "lyspunkt-test-<Queue.Arn>-${literal}",
        "Given": "test/<Queue>",
        "Joined": "a:<Queue>:<Queue.Arn>",
        "Chosen": "few",
        "List": [1, 3],
        "Picked": "b",
        "Memory": 128,
    }
    assert "OnlyLive" not in template.resources
    assert "OnlyTest" in template.resources


def test_a_parameter_stands_in_place_of_its_default(tmp_path: Path) -> None:
    template = loaded(tmp_path, TEXT, Stage="live")
    assert template.resolve(template.resources["Later"].properties, named)["Memory"] == 512
    assert "OnlyLive" in template.resources


def test_a_parameter_that_the_template_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match="no parameter Stge"):
        loaded(tmp_path, TEXT, Stge="live")


def test_resources_come_after_what_they_refer_to(tmp_path: Path) -> None:
    names = [resource.name for resource in loaded(tmp_path, TEXT).in_order()]
    assert names.index("Queue") < names.index("Later")


def test_a_circle_of_references_is_named(tmp_path: Path) -> None:
    text = """
Resources:
  A: { Type: Own::Thing, Properties: { Other: !Ref B } }
  B: { Type: Own::Thing, Properties: { Other: !Ref A } }
"""
    with pytest.raises(TemplateFault, match="A, B"):
        list(loaded(tmp_path, text).in_order())


def test_an_unknown_function_is_refused(tmp_path: Path) -> None:
    text = "Resources: { A: { Type: Own::Thing, Properties: { Other: !Transform { Name: x } } } }"
    template = loaded(tmp_path, text)
    with pytest.raises(TemplateFault, match="Fn::Transform"):
        template.resolve(template.resources["A"].properties, named)


def test_sam_is_spelled_out_and_remembers_where_code_lies(tmp_path: Path) -> None:
    text = """
Transform: AWS::Serverless-2016-10-31
Resources:
  SayHello:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: functions/say_hello/, Handler: handler.handler, Runtime: python3.13 }
"""
    template = loaded(tmp_path, text)
    assert template.resources["SayHello"].type == "AWS::Lambda::Function"
    assert template.resources["SayHelloRole"].type == "AWS::IAM::Role"
    assert template.code == {"SayHello": "functions/say_hello/"}
