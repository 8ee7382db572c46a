"""Deployment files as people write them, each with what becomes of it.

`BOTH` are taken by Azure's client and by the agent, `AGENT` by the agent alone, `NONE` by neither.
"""

from __future__ import annotations

from typing import NamedTuple

BOTH, AGENT, NONE = "both", "agent", "none"

_HEAD = """\
name: blue
endpoint_name: my-endpoint
model: azureml:my-model:1
instance_type: Standard_F2s_v2
instance_count: 1
"""


class Case(NamedTuple):
    """A file, who takes it, and the line and words of a remark; line 0 for no such remark."""

    text: str
    taken_by: str
    line: int = 0
    words: str = ""


def collector(body: str) -> str:
    """Return a deployment with these lines, from line 7 on, below `data_collector:`."""
    return f"{_HEAD}data_collector:\n" + "".join(f"  {line}\n" for line in body.splitlines())


def collection(body: str) -> str:
    """Return a deployment with these lines, from line 9 on, below one collection."""
    return collector(
        "collections:\n  model_inputs:\n" + "".join(f"    {line}\n" for line in body.splitlines())
    )


def rated(line: str) -> str:
    """Return a deployment with this line below `data_collector:`, line 7, and one collection."""
    return collector(f"{line}\ncollections: {{model_inputs: {{enabled: 'true'}}}}")


ENABLED = {
    "enabled in quotes, as documented": Case(collection("enabled: 'True'"), BOTH),
    "enabled in small letters": Case(collection('enabled: "true"'), BOTH),
    "enabled in capitals": Case(collection("enabled: 'TRUE'"), BOTH),
    "enabled: 'false'": Case(collection("enabled: 'false'"), BOTH, 8, "nothing is collected"),
    "enabled: true": Case(collection("enabled: true"), AGENT, 9, "'true'"),
    "enabled: True": Case(collection("enabled: True"), AGENT, 9, "'true'"),
    "enabled: yes": Case(collection("enabled: yes"), AGENT, 9, "'true'"),
    "enabled: off": Case(collection("enabled: off"), AGENT, 9, "'false'"),
    "enabled: 'yes'": Case(collection("enabled: 'yes'"), NONE, 9, "'true' or 'false', in quotes"),
    "enabled: 1": Case(collection("enabled: 1"), NONE, 9, "'true' or 'false', in quotes"),
    "enabled with a blank": Case(collection("enabled: 'true '"), NONE, 9, "'true' or 'false'"),
    "enabled is empty": Case(collection("enabled:"), NONE, 9, "enabled is empty"),
    "enabled is a mapping": Case(collection("enabled: {a: b}"), NONE, 9, "enabled is a mapping"),
    "no enabled": Case(collection("{}"), NONE, 9, "has no enabled"),
    "collection is empty": Case(collector("collections:\n  model_inputs:"), NONE, 8, "a mapping"),
    "collection is a flag": Case(collector("collections:\n  x: true"), NONE, 8, "a mapping"),
}
RATES = {
    **{
        f"rolling_rate: {rate}": Case(rated(f"rolling_rate: {rate}"), BOTH, line, words)
        for rate, line, words in (
            ("hour", 0, ""),
            ("Hour", 0, ""),
            ("HOUR", 0, ""),
            ("minute", 7, "not found by Azure's monitors"),
            ("DAY", 7, "not found by Azure's monitors"),
        )
    },
    "rolling_rate: Month": Case(rated("rolling_rate: Month"), AGENT, 7, "minute, hour or day"),
    "rolling_rate: year": Case(rated("rolling_rate: year"), AGENT, 7, "minute, hour or day"),
    "rolling_rate: week": Case(rated("rolling_rate: week"), NONE, 7, "minute, hour or day"),
    "rolling_rate: 1": Case(rated("rolling_rate: 1"), NONE, 7, "minute, hour or day"),
    "rolling_rate is empty": Case(rated("rolling_rate:"), NONE, 7, "is empty"),
    **{
        f"sampling_rate: {rate}": Case(rated(f"sampling_rate: {rate}"), BOTH)
        for rate in ("0.5", "'0.5'", "1", "1.0", "' 0.25 '", "1e-1", ".5")
    },
    "sampling_rate: 0": Case(rated("sampling_rate: 0"), BOTH, 7, "keeps nothing"),
    "sampling_rate: 50": Case(rated("sampling_rate: 50"), NONE, 7, "50 percent is 0.5"),
    **{
        f"sampling_rate: {rate}": Case(rated(f"sampling_rate: {rate}"), NONE, 7, "from 0 to 1")
        for rate in ("-0.1", "1.01", "50%", "true", ".nan", ".inf", "[0.5]", "''", "2026-11-29")
    },
    "sampling_rate is empty": Case(rated("sampling_rate:"), NONE, 7, "is empty"),
    "sampling_rate of a collection": Case(
        collection("enabled: 'true'\nsampling_rate: 0.5"), NONE, 10, "data_collector.sampling_rate"
    ),
}
DATA = {
    "data as documented": Case(
        collection(
            "enabled: 'True'\ndata:\n  name: asset\n"
            "  path: azureml://datastores/d/paths/p \n  version: 1"
        ),
        AGENT,
        13,
        "valid: '1'",
    ),
    "data with a version in quotes": Case(
        collection(
            "enabled: 'true'\ndata: {name: a, path: azureml://datastores/d/paths/p, version: '1'}"
        ),
        BOTH,
    ),
    "data with a version of letters": Case(
        collection("enabled: 'true'\ndata: {version: latest}"), BOTH
    ),
    "data with a fraction for a version": Case(
        collection("enabled: 'true'\ndata: {version: 1.0}"), NONE, 10, "'1.0' in quotes"
    ),
    "data with a flag for a version": Case(
        collection("enabled: 'true'\ndata: {version: true}"), NONE, 10, "data.version is True"
    ),
    "data without a name": Case(
        collection("enabled: 'true'\ndata: {path: azureml://datastores/d/paths/p}"), BOTH
    ),
    "data with a number for a name": Case(
        collection("enabled: 'true'\ndata: {name: 7}"), NONE, 10, "'7' in quotes"
    ),
    "data with an empty path": Case(
        collection("enabled: 'true'\ndata: {path: }"), NONE, 10, "data.path is empty"
    ),
    "data with another key": Case(
        collection("enabled: 'true'\ndata: {type: uri_folder}"), NONE, 10, "name, path, version"
    ),
    "data without anything": Case(collection("enabled: 'true'\ndata: {}"), BOTH),
    "data by its id": Case(collection("enabled: 'true'\ndata: {data_id: 'azureml:a:1'}"), BOTH),
    "data is a text": Case(
        collection("enabled: 'true'\ndata: azureml:a:2"), BOTH, 10, "fails on it when it creates"
    ),
    "data is a number": Case(collection("enabled: 'true'\ndata: 1"), NONE, 10, "data is 1"),
    "data is empty": Case(collection("enabled: 'true'\ndata:"), NONE, 10, "data is empty"),
    "data is a list": Case(collection("enabled: 'true'\ndata: [a]"), NONE, 10, "data is a list"),
    "client_id": Case(collection("enabled: 'true'\nclient_id: 1111-2222"), BOTH),
    "client_id is a number": Case(
        collection("enabled: 'true'\nclient_id: 11112222"), NONE, 10, "'11112222' in quotes"
    ),
}
STRUCTURE = {
    "six collections": Case(
        collector("collections:\n" + "".join(f"  c{at}: {{enabled: 'true'}}\n" for at in range(6))),
        BOTH,
        8,
        "there are 6 collections",
    ),
    "no collections": Case(collector("collections: {}"), BOTH),
    "collections missing": Case(collector("rolling_rate: hour"), NONE, 7, "collections is missing"),
    "collections is a list": Case(collector("collections: [model_inputs]"), NONE, 7, "a mapping"),
    "a name that is a number": Case(
        collector("collections:\n  1: {enabled: 'true'}"), NONE, 8, "is not text: 1"
    ),
    "a name that is a flag": Case(
        collector("collections:\n  on: {enabled: 'true'}"), NONE, 8, "is not text: True"
    ),
    "a name that leaves its folder": Case(
        collector("collections:\n  ../../etc: {enabled: 'true'}"), BOTH
    ),
    "a name with capitals": Case(
        collector("collections:\n  Model_Inputs: {enabled: 'true'}"), BOTH, 8, "official SDK never"
    ),
    "names that differ in case": Case(
        collector("collections:\n  a: {enabled: 'true'}\n  A: {enabled: 'true'}"),
        BOTH,
        9,
        "'a' in another case",
    ),
    "an unknown key of the collector": Case(
        rated("destination_path: x"), NONE, 7, "no key 'destination_path'"
    ),
    "a misspelt key": Case(rated("samplin_rate: 0.5"), NONE, 7, "valid: sampling_rate"),
    "a key of the REST form": Case(
        rated("rollingRate: Hour"), NONE, 7, "data_collector.rolling_rate"
    ),
    "the old preview form": Case(
        collector(
            "enabled: true\nrolling_rate: hour\ndestination:\n  path: azureml://datastores/d/paths/p\n"
            "sampling_strategy:\n  sampling_rate: 0.5"
        ),
        NONE,
        7,
        "old preview form",
    ),
    "the collector is a flag": Case(f"{_HEAD}data_collector: true\n", NONE, 6, "a mapping"),
    "the collector is empty": Case(f"{_HEAD}data_collector:\n", NONE, 6, "is empty"),
    "no collector": Case(_HEAD, BOTH, 1, "nothing is collected"),
    "the collector in an endpoint's file": Case(
        "name: my-endpoint\nauth_mode: key\ndata_collector: { enabled: false }\n",
        NONE,
        1,
        "endpoint_name",
    ),
    "headers": Case(rated("request_logging: {capture_headers: [x-tenant, X-User]}"), BOTH),
    "a header that holds a secret": Case(
        rated("request_logging: {capture_headers: [x, Authorization]}"), BOTH, 7, "'Authorization'"
    ),
    "headers as a text": Case(
        rated("request_logging: {capture_headers: x-tenant}"), NONE, 7, "a list of header names"
    ),
    "headers that are empty": Case(rated("request_logging: {capture_headers: [a, ]}"), BOTH),
    "a header that is null": Case(
        rated("request_logging: {capture_headers: [null]}"), NONE, 7, "is empty"
    ),
    "headers, none": Case(rated("request_logging: {capture_headers: }"), NONE, 7, "is empty"),
    "logging without headers": Case(rated("request_logging: {}"), BOTH),
    "logging is empty": Case(rated("request_logging:"), NONE, 7, "is empty"),
    "logging with another key": Case(
        rated("request_logging: {headers: [a]}"), NONE, 7, "no key 'headers'"
    ),
}
WHOLE = {
    "empty": Case("", NONE, 1, "is empty"),
    "a list": Case("- name: blue\n", NONE, 1, "a mapping"),
    "a text": Case("blue\n", NONE, 1, "a mapping"),
    "no name": Case(rated("").replace("name: blue\n", "", 1), NONE, 1, "name is missing"),
    "no endpoint": Case(
        rated("").replace("endpoint_name: my-endpoint\n", ""), NONE, 1, "endpoint_name is missing"
    ),
    "a name that is 1": Case(rated("").replace("blue", "1"), NONE, 1, "'1' in quotes"),
    "a name that is empty": Case(rated("").replace("name: blue", "name:", 1), NONE, 1, "empty"),
    "no instance_type": Case(
        rated("").replace("instance_type: Standard_F2s_v2\n", ""), AGENT, 1, "instance_type"
    ),
    "kubernetes": Case(
        rated("").replace("instance_type: Standard_F2s_v2", "type: kubernetes"), BOTH
    ),
    "kubernetes with what managed ones have": Case(
        rated("").replace(
            "instance_type: Standard_F2s_v2",
            "type: kubernetes\negress_public_network_access: enabled",
        ),
        AGENT,
        5,
        "egress_public_network_access",
    ),
    "resources of a managed one": Case(
        f"{rated('')}resources: {{requests: {{cpu: '1'}}}}\n", AGENT, 9, "type: kubernetes"
    ),
    "a key that no deployment has": Case(f"{rated('')}traffic: 100\n", AGENT, 9, "traffic"),
    "collections at the root": Case(
        f"{rated('')}sampling_rate: 0.5\n", AGENT, 9, "in data_collector"
    ),
    "a schema": Case(f"$schema: https://azuremlschemas.azureedge.net/x.json\n{rated('')}", BOTH),
    "two documents": Case(f"{rated('')}---\n{rated('')}", NONE, 9, "more than one document"),
    "two documents, one empty": Case(f"{rated('')}---\n", NONE, 9, "more than one document"),
    "an end of the document": Case(f"---\n{rated('')}...\n", BOTH),
    "a key that occurs twice": Case(
        rated("rolling_rate: day\nrolling_rate: hour"), BOTH, 8, "occurs twice"
    ),
    "a collection that occurs twice": Case(
        collector(
            "collections:\n  a: {enabled: 'true'}\n  a: {enabled: 'false'}\n  b: {enabled: 'true'}"
        ),
        BOTH,
        9,
        "occurs twice",
    ),
    "an alias": Case(collector("collections:\n  a: &on {enabled: 'true'}\n  b: *on"), BOTH),
    "a merge": Case(
        collector("collections:\n  a: &on {enabled: 'true'}\n  b:\n    <<: *on\n    client_id: c"),
        BOTH,
    ),
    "a merge of a list": Case(
        collector(
            "collections:\n  a: &on {enabled: 'true'}\n  b: &named {enabled: 'false'}\n"
            "  c:\n    <<: [*named]"
        ),
        BOTH,
    ),
    "a merge that is refused": Case(
        collector("collections:\n  a: &on {enabled: true}\n  b:\n    <<: *on"), AGENT, 8, "'true'"
    ),
    "a merge of a text": Case(
        collection("enabled: 'true'\n<<: text"), NONE, 10, "not merge a mapping"
    ),
    "an alias without an anchor": Case(collection("enabled: *nowhere"), NONE, 9, "nowhere"),
    "a tab": Case("name: blue\n\tendpoint_name: e\n", NONE, 2, "not valid YAML"),
    "a bracket that stays open": Case(f"{_HEAD}data_collector: {{\n", NONE, 7, "not valid YAML"),
    "a control character": Case(f"{rated('')}# \x07\n", NONE, 9, "#x0007"),
    "a tag of Python": Case(
        f"{rated('')}tags: {{a: !!python/name:os.system ''}}\n", AGENT, 9, "cannot be read"
    ),
    "a tag of somebody": Case(f"{rated('')}description: !Secret x\n", AGENT, 9, "cannot be read"),
    "not a flag": Case(collection("enabled: !!bool maybe"), NONE, 9, "no 'bool': 'maybe'"),
    "not a date": Case(f"{rated('')}description: 2026-02-31\n", AGENT, 9, "cannot be read"),
    "a tag of a mapping": Case(
        f"{rated('')}tags: !Secret {{a: b}}\n", AGENT, 9, "a mapping, which cannot be read"
    ),
    "a list for a key": Case(f"{rated('')}tags: {{? [a] : b}}\n", AGENT, 9, "cannot be read"),
    "a set": Case(collector("collections: !!set {a, b}"), NONE, 7, "a mapping"),
    "templates": Case(
        rated("").replace("my-endpoint", "${ENDPOINT}"), BOTH, 2, "'${ENDPOINT}' in endpoint_name"
    ),
    "a template of a pipeline": Case(
        collector("collections:\n  '{{name}}': {enabled: 'true'}"), BOTH, 8, "'{{name}}'"
    ),
    "a template for a number": Case(rated("sampling_rate: ${RATE}"), NONE, 7, "${RATE}"),
    "a template in a header": Case(
        rated("request_logging: {capture_headers: [$HEADER]}"), BOTH, 7, "'$HEADER'"
    ),
    "names in other letters": Case(collector("collections:\n  модель: {enabled: 'true'}"), BOTH),
    "a name that is empty text": Case(
        collector("collections:\n  '': {enabled: 'true'}"), BOTH, 8, "without a name"
    ),
}
NAMES = {
    f"the name {name}": Case(
        rated("").replace("blue", name, 1),
        BOTH,
        0 if is_valid else 1,
        "" if is_valid else "3 to 32",
    )
    for name, is_valid in (
        ("abc", True),
        ("a-1-b", True),
        ("a" * 32, True),
        ("ab", False),
        ("a" * 33, False),
        ("my_blue", False),
        ("'1ab'", False),
        ("abc-", False),
        ("a b c", False),
        ("été", False),
        ("''", False),
    )
}
NAMES["a name with capitals for a deployment"] = Case(
    rated("").replace("blue", "Blue", 1), BOTH, 1, "changes the name to 'blue'"
)
# As documents, examples and repositories have them.
FOUND = {
    "comments behind values": Case(
        collector(
            "rolling_rate: hour # files by the hour\nsampling_rate: 1.0 # all of it\n"
            "collections:\n  model_inputs:\n    enabled: 'True' # on"
        ),
        BOTH,
    ),
    "blanks behind values": Case(
        collector(
            "collections:\n    request: \n        enabled: 'True' \n    response:   \n"
            "        enabled: 'True'   "
        ),
        BOTH,
    ),
    "payload logging, as documented": Case(
        "$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json\n"
        "\nendpoint_name: my_endpoint \nname: blue \nmodel: azureml:my-model-m1:1 \n"
        "environment: azureml:env-m1:1 \ndata_collector:\n   collections:\n       request:\n"
        "           enabled: 'True'\n       response:\n           enabled: 'True'\n",
        AGENT,
        1,
        "instance_type",
    ),
    "traces of a flow": Case(
        collector(
            "collections:\n"
            + "".join(
                f"  {name}: {{enabled: 'true'}}\n"
                for name in ("promptflow_inputs", "promptflow_outputs", "app_traces")
            )
        ),
        BOTH,
    ),
    "bare flags and a rate": Case(
        collector(
            "collections:\n  request:\n    enabled: true\n  response:\n    enabled: true\n"
            "sampling_rate: 0.1"
        ),
        AGENT,
        9,
        "'true'",
    ),
}
CASES: dict[str, Case] = {**ENABLED, **RATES, **DATA, **STRUCTURE, **WHOLE, **NAMES, **FOUND}
