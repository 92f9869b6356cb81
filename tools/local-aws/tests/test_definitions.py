"""Definitions that Step Functions would refuse do not get deployed."""

import json
from typing import Any

import pytest

from conftest import Account, wait_for
from pos_local_aws.hooks.definitions import problems

END = {"Type": "Succeed"}


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ("not json", "INVALID_JSON_DESCRIPTION"),
        ("[]", "not an object"),
        ({"StartAt": "B", "States": {"A": END}}, "StartAt 'B' at /"),
        ({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}, "A goes to 'B'"),
        ({"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Next": "B"}]}}}, "A goes to 'B'"),
        ({"StartAt": "A", "States": {"A": {"Type": "Task", "End": True, "Catch": [{"Next": "B"}]}}}, "A goes to 'B'"),
        ({"StartAt": "A", "States": {"A": {"Type": "Pass"}}}, "neither Next nor End"),
        (
            {
                "StartAt": "A",
                "States": {"A": {"Type": "Map", "End": True, "ItemProcessor": {"StartAt": "X", "States": {"Y": END}}}},
            },
            "StartAt 'X' at /A[0]",
        ),
    ],
)
def test_what_is_wrong_is_named(definition: Any, words: str) -> None:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    [problem] = problems(text)
    assert words in problem


def test_a_sound_definition_has_no_problems() -> None:
    states = {"A": {"Type": "Choice", "Choices": [{"Next": "B"}], "Default": "B"}, "B": END}
    assert list(problems(json.dumps({"StartAt": "A", "States": states}))) == []


def test_a_jsonata_typo_fails_the_stack_with_its_place(account: Account) -> None:
    states = {"A": {"Type": "Pass", "Output": "{% $match('a', /[^\\]/) %}", "End": True}}
    definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": states}
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"RoleArn": account.role(), "DefinitionString": json.dumps(definition)},
    }
    cfn = account.cloudformation
    cfn.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"Machine": machine}}))
    wait_for(lambda: cfn.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE")
    reasons = [
        event.get("ResourceStatusReason", "")
        for event in cfn.describe_stack_events(StackName="s")["StackEvents"]
        if event["ResourceStatus"] == "CREATE_FAILED"
    ]
    assert any("INVALID_JSONATA_EXPRESSION" in reason and "/States/A/Output" in reason for reason in reasons), reasons
