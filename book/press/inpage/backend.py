"""The matplotlib backend of the page, "module://inpage.backend": draws with Agg, and `plt.show` shows in the page."""

from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas
from matplotlib.figure import Figure

from inpage import display, figures

__all__ = ["FigureCanvas", "FigureManager", "show"]

FigureManager = FigureManagerBase
show = figures.show_all

# Until lt.plots.use_style says otherwise, in the book's way: a figure is SVG.
display.get_ipython().formatters["image/svg+xml"].for_type(Figure, lambda figure: figures.print_figure(figure, "svg"))
