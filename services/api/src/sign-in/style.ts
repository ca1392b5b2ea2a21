/** The sign-in pages' one style sheet: the same paper, ink and accent as the approval pages. Its hash is in the policy header. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf8;--card:#fff;--ink:#1c1b19;--soft:#625e57;--line:#e2ded6;--accent:#1d5fd1;--onaccent:#fff;--bad:#b3261e;--badline:#e8b4ae}
@media (prefers-color-scheme:dark){:root{--paper:#141413;--card:#1b1b1a;--ink:#ecebe7;--soft:#a5a199;--line:#33322f;--accent:#7fb0ff;--onaccent:#10151f;--bad:#ff9a90;--badline:#6b2f2a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.page{max-width:432px;margin:0 auto;padding:64px 24px 40px}
header{font-size:14px;color:var(--soft);padding-bottom:20px;overflow-wrap:anywhere}
header b{color:var(--ink);font-weight:600}
h1{font-size:28px;line-height:1.22;letter-spacing:-.012em;font-weight:650;margin:0 0 8px;overflow-wrap:anywhere;text-wrap:balance}
p{margin:0 0 16px;overflow-wrap:anywhere}
.sub{color:var(--soft)}
form{margin:0 0 16px}
label{display:block;font-weight:600;font-size:14px;margin:0 0 4px}
input{width:100%;font:inherit;color:inherit;background:var(--card);border:1px solid #8a857b;border-radius:8px;padding:10px 12px;min-height:48px;margin:0 0 12px}
[aria-invalid=true]{border-color:var(--bad)}
.err{color:var(--bad);font-size:14px;margin:-4px 0 12px}
button,a.button{display:block;width:100%;font:inherit;font-weight:600;line-height:1.25;text-align:center;text-decoration:none;min-height:52px;padding:14px 16px;border-radius:10px;border:2px solid var(--accent);background:var(--accent);color:var(--onaccent);cursor:pointer;overflow-wrap:anywhere}
a.button.second,button.second{background:transparent;color:var(--ink);border-color:var(--line)}
a{color:var(--accent)}
.or{display:flex;gap:12px;align-items:center;color:var(--soft);font-size:14px;margin:0 0 16px}
.or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}
.notice{border:1px solid var(--badline);color:var(--bad);border-radius:8px;padding:12px 14px;margin:0 0 20px}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:14px}
footer{font-size:13px;color:var(--soft);border-top:1px solid var(--line);padding-top:16px;margin-top:24px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (max-width:520px){.page{padding:32px 16px 28px}h1{font-size:24px}}
`;
