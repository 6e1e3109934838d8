"""The built-in algorithm XGBoost, through the library of that name.

https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html
"""
