"""How good a prediction is: the measures that the chapters on practice report, each as its field defines it."""

__all__: list[str] = []
