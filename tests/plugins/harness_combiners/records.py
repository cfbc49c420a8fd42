"""The records of harness_combiners by name."""

import harness_combiners

RECORDS = {record.name: record for record in harness_combiners.harness_combiners()}
