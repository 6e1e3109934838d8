"""From what somebody already has to a Python module with the typed definition.

A *reader* (a request, the answer of describe, Terraform, the SageMaker SDK) gives requests in boto3 form with notes on
what it could not take over. Each request is *fitted* into a definition, and the definition is *written* as Python.
"""
