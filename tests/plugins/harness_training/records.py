"""The records of harness_training by kind and name."""

import harness_training as plugin

HOOKS = (
    plugin.harness_losses,
    plugin.harness_metrics,
    plugin.harness_optimizers,
    plugin.harness_stopping,
    plugin.harness_schedules,
    plugin.harness_scalers,
)
RECORDS = {(record.kind, record.name): record for hook in HOOKS for record in hook()}


def build(kind, name, *args, **parameters):
    """Build a component from its name."""
    record = RECORDS[kind, name]
    return record.build(record.parameters(**parameters), *args)
