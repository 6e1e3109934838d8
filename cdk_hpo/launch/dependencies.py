"""The order of resources."""

from aws_cdk import CfnResource


def create_after(resource: CfnResource, *others: CfnResource) -> None:
    """Create a resource after others of its stack, and delete it before them: one round trip each, not two."""
    for other in others:
        if hasattr(resource, "add_resource_dependency"):
            resource.add_resource_dependency(other)
        else:  # older versions, 2.230 among them, have only this
            resource.add_dependency(other)
