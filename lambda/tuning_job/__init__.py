"""The Lambda function behind the custom resource."""
