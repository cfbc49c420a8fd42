"""What measures trained networks and features, so that it may predict gains: the rows of the table ``probes``.

A probe is measured on a worker, as a unit (:func:`harness.probes.work.run_probe`); what is to be measured is planned
by :mod:`harness.schedule.probe_plan`.
"""
