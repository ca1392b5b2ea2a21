/** The sign-in pages' one style sheet. Its hash is in the policy header. */
import { PAGE_STYLE } from "@tw/shared/pages/look";

export const STYLE = `${PAGE_STYLE}
.page{max-width:508px;margin:0 auto;padding:min(14vh,120px) 24px 40px}
header{padding-bottom:32px}
.lede{color:var(--muted);margin:0 0 20px}
.card{background:var(--raised);border:1px solid var(--line);border-radius:9px;margin:0 0 16px}
.card>*{margin:0;padding:16px 20px}
.card>*+*{border-top:1px solid var(--line)}
.card p:last-child,.card form{margin-bottom:0}
.card h2{margin-bottom:4px}
pre{margin:8px 0;padding:10px 12px;background:var(--sunken);border-radius:5px;line-height:1.6;white-space:pre-wrap;overflow-wrap:anywhere}
pre .sub{font-size:inherit}
pre .w{display:inline-block;max-width:100%}
p code{background:var(--sunken);border-radius:3px;padding:1px 4px}
input{width:100%;font:inherit;font-size:16px;color:inherit;background:var(--raised);border:1px solid var(--line-strong);border-radius:5px;padding:8px 12px;min-height:44px;margin:0 0 12px}
.err{margin:-6px 0 12px}
form,.actions{margin:0 0 12px}
button,a.button{display:block;width:100%;font:inherit;font-weight:500;line-height:1.3;text-align:center;text-decoration:none;min-height:44px;padding:11px 16px;border-radius:5px;border:1px solid transparent;background:var(--accent);color:var(--on-accent);cursor:pointer;overflow-wrap:anywhere}
button:hover,a.button:hover{background:var(--accent-strong)}
a.button.second,button.second{background:var(--raised);color:var(--text);border-color:var(--line-strong)}
a.button.second:hover,button.second:hover{background:var(--hover)}
a.button+a.button{margin-top:8px}
.or{display:flex;gap:12px;align-items:center;color:var(--muted);font-size:14px;margin:16px 0}
.or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}
footer{margin-top:24px}
footer p{margin:0}
@media (max-width:520px){.page{padding:24px 16px 28px}header{padding-bottom:24px}.card>*{padding:16px}}
@media (forced-colors:active){button,a.button{border-color:currentColor}}
`;
