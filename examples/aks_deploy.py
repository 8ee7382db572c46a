from azureml.core import Environment, Model, Workspace
from azureml.core.compute import AksCompute
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.model import InferenceConfig
from azureml.core.webservice import AksWebservice

ws = Workspace.from_config()
env = Environment("churn-env")
env.python.conda_dependencies = CondaDependencies.create(
    conda_packages=["scikit-learn=0.24"], pip_packages=["azureml-monitoring", "azureml-defaults"]
)
inference_config = InferenceConfig(entry_script="score.py", environment=env)
aks_config = AksWebservice.deploy_configuration(
    collect_model_data=True,
    enable_app_insights=True,
    cpu_cores=1,
    memory_gb=2,
    autoscale_enabled=True,
    autoscale_min_replicas=2,
    autoscale_max_replicas=4,
    auth_enabled=True,
)
target = AksCompute(ws, "aks-prod")
service = Model.deploy(ws, "churn", [Model(ws, "best_model")], inference_config, aks_config, target)
