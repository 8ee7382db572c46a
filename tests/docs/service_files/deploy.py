from azureml.core import Environment, Model, Workspace
from azureml.core.model import InferenceConfig
from azureml.core.webservice import AksWebservice

workspace = Workspace.from_config()
environment = Environment.from_conda_specification("churn", "conda.yml")
inference_config = InferenceConfig(entry_script="score.py", environment=environment)
deployment_config = AksWebservice.deploy_configuration(
    cpu_cores=1,
    memory_gb=2,
    collect_model_data=True,
    auth_enabled=True,
)
service = Model.deploy(
    workspace,
    "churn-service",
    [Model(workspace, "churn")],
    inference_config,
    deployment_config,
)
