"""One function for each question: ``seedbed.spread``, ``seedbed.compare`` and so on."""
