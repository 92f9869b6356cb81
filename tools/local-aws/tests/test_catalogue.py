"""Tables in the Data Catalog, as Glue keeps and refuses them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from conftest import Account
from pos_local_aws.hooks.catalogue import problems


def table(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Name": "Sales", "StorageDescriptor": {"Columns": list(columns)}, **more}


def test_names_of_databases_and_tables_are_kept_in_lower_case(account: Account) -> None:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html"""
    glue = account.glue
    glue.create_database(DatabaseInput={"Name": "Pos_Dev"})
    glue.create_table(DatabaseName="pos_dev", TableInput=table({"Name": "store_id", "Type": "bigint"}))
    assert glue.get_table(DatabaseName="pos_dev", Name="sales")["Table"]["Name"] == "sales"
    with pytest.raises(ClientError, match="AlreadyExistsException"):
        glue.create_table(DatabaseName="pos_dev", TableInput=table())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (table({"Name": "a", "Comment": "é" * 128}), "more than 255 bytes"),
        (table({"Name": "a", "Comment": "two\nlines"}), "not on one line"),
        (table({"Name": "a"}, {"Name": "A"}), "More than one column"),
        (table({"Name": ""}), "name of the column"),
        (table(Description="é" * 1025), "2048 bytes"),
    ],
    ids=["long comment", "two lines", "twice", "nameless", "long description"],
)
def test_texts_that_glue_refuses_are_named(given: dict[str, Any], told: str) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html"""
    assert [told in problem for problem in problems(given)] == [True]
    assert not list(problems(table({"Name": "a", "Comment": "é" * 127}, Description="é" * 1024)))


def test_a_table_with_such_a_text_is_not_made(account: Account) -> None:
    glue = account.glue
    glue.create_database(DatabaseInput={"Name": "pos"})
    with pytest.raises(ClientError, match="InvalidInputException"):
        glue.create_table(DatabaseName="pos", TableInput=table({"Name": "a", "Comment": "é" * 128}))
