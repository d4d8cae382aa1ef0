"""The style sheet of the drawings."""

from lstm_tutor.palette import COLORS, MIDTONE, NEGATIVE, POSITIVE

_SERIF = '"STIX Two Text",Cambria,Georgia,"Times New Roman",serif'
_SANS = 'var(--lt-ui,system-ui),system-ui,"Segoe UI",Helvetica,Arial,"DejaVu Sans",sans-serif'

# A page may put the HTML of outputs on a light ground of its own in dark mode; ours stands on the page's.
_PAGE = (
    "html[data-theme=dark] .bd-content div.cell_output .text_html:has(.lt-diagram)"
    "{background:none;color:inherit;padding:0}"
)
_HUES = "".join(f".lt-svg .part.{letter}{{--hue:{color}}}" for letter, color in COLORS.items())
# The sLSTM's n is no candidate: it and m are in gray.
_HUES += f".lt-svg[data-diagram=slstm] .part:is(.n,.m){{--hue:{MIDTONE}}}"

# Scoped under .lt-svg, the same in every drawing. Grounds are never assumed: what is filled has a color of its own,
# what is drawn in ink takes the color of the text around it.
STYLE = (
    """
.lt-svg{display:block;width:100%;height:auto;overflow:visible;color:inherit;--hue:currentColor}
"""
    + _PAGE
    + _HUES
    + f"""
.lt-svg .stream{{fill:none;stroke:var(--hue);stroke-width:calc(var(--size)*var(--full)*1px)}}
.lt-svg .stream[data-sign="+"]{{stroke:{POSITIVE}}}
.lt-svg .stream[data-sign="-"]{{stroke:{NEGATIVE};stroke-dasharray:9 3}}
.lt-svg .wall{{fill:var(--hue);fill-opacity:.16;stroke:var(--hue);stroke-width:1.75;stroke-linejoin:round}}
.lt-svg .line,.lt-svg .stem{{fill:none;stroke:currentColor;stroke-width:2.25;stroke-linejoin:round;opacity:.6}}
.lt-svg .stem{{stroke:var(--hue);stroke-width:5;opacity:1}}
.lt-svg .head{{fill:currentColor;opacity:.75}}
.lt-svg .dot{{fill:currentColor}}
.lt-svg .cap{{fill:var(--hue);fill-opacity:.22;stroke:var(--hue);stroke-width:2}}
.lt-svg .seat{{fill:none;stroke:var(--hue);stroke-width:2}}
.lt-svg .quiet{{opacity:.75}}
.lt-svg .blade{{fill:var(--hue);stroke:none}}
.lt-svg .blade.near{{transform:translateY(calc(var(--open)*var(--half)*-1px))}}
.lt-svg .blade.far{{transform:translateY(calc(var(--open)*var(--half)*1px))}}
.lt-svg .knob,.lt-svg .disk{{fill:var(--hue);stroke:none}}
.lt-svg .letter{{font:italic 600 26px {_SERIF};fill:#101418;text-anchor:middle}}
.lt-svg .i>.knob+.letter,.lt-svg .z>.knob+.letter{{fill:#fff}}
.lt-svg .letter.small{{font-size:22px;fill:currentColor}}
.lt-svg .curve{{fill:none;stroke:currentColor;stroke-width:2.5;stroke-linecap:round}}
.lt-svg .plus{{stroke:#101418;stroke-width:4;stroke-linecap:round}}
.lt-svg .box{{fill:var(--hue);fill-opacity:.2;stroke:var(--hue);stroke-width:2.5}}
.lt-svg .box.pale{{fill-opacity:.06;stroke-opacity:.6}}
.lt-svg text{{fill:currentColor;font-size:20px}}
.lt-svg .sym{{font:italic 28px {_SERIF}}}
.lt-svg .sub{{font:italic 20px {_SERIF}}}
.lt-svg .word{{font:20px {_SANS}}}
.lt-svg .mono{{font:600 24px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}}
.lt-svg .value{{font:600 20px {_SANS};font-variant-numeric:tabular-nums}}
.lt-svg .middle{{text-anchor:middle}}
.lt-svg .end{{text-anchor:end}}
.lt-svg .is-faded :is(path,rect,circle,line){{opacity:.27}}
.lt-svg .is-faded .knob+.letter{{fill:currentColor}}
.lt-svg .is-new,.lt-svg .lit{{filter:drop-shadow(0 0 5px var(--hue))}}
@media (prefers-reduced-motion:no-preference){{
.lt-svg .blade{{transition:transform .18s}}
.lt-svg .stream{{transition:stroke-width .18s}}
}}
"""
)
