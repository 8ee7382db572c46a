"""The columns that say where a row came from."""

from __future__ import annotations

ID = "mdc_id"
LINE = "mdc_line"
ROW = "mdc_row"
TIME = "mdc_time"
ENDPOINT = "mdc_endpoint"
DEPLOYMENT = "mdc_deployment"
COLLECTION = "mdc_collection"
VERSION = "mdc_version"
REQUEST = "mdc_request"

PLACES = (ENDPOINT, DEPLOYMENT, COLLECTION, VERSION)
ORIGIN = (ID, LINE, ROW, TIME, ENDPOINT, DEPLOYMENT, COLLECTION, VERSION, REQUEST)
