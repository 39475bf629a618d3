# Values as a handler reads them with Powertools for AWS Lambda (Python), and nothing that knows of us.
import json

from aws_lambda_powertools.utilities import parameters

told = {
    "secret": parameters.get_secret("python/text"),
    "json": parameters.get_secret("python/json", transform="json"),
    "parameter": parameters.get_parameter("/python/plain"),
    "opened": parameters.get_parameter("/python/sealed", decrypt=True),
    "by_path": parameters.get_parameters("/python", decrypt=True),
    "by_name": parameters.get_parameters_by_name(
        {"/python/plain": {}, "/python/sealed": {}}, decrypt=True
    ),
}
print(json.dumps(told))
