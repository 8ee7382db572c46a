"""MDC401: Model.get_model_path."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC401",
    "Model.get_model_path",
    Verdict.UNCHANGED,
    """
azureml.core is not in the images of online endpoints, and SDK v1 is out of support. The
folder of the model is in AZUREML_MODEL_DIR there: the files of the model itself, below the
name it was registered with when that was a folder.
""",
    on_endpoint=Verdict.CHANGE,
)
def find(facts: Facts) -> Hits:
    """Yield calls of get_model_path."""
    for call in facts.named_calls:
        if call.method == "get_model_path":
            message = "azureml.core is not in the images of online endpoints"
            advice = 'os.path.join(os.environ["AZUREML_MODEL_DIR"], FILE)'
            yield Hit(call.place, message, advice)
