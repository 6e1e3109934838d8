"""The typed values that define a tuning job. Importing them starts neither jsii nor Node."""
