import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTarget } from "../src/fetch-target.ts";

const allowed = (url: string, allowPrivate = false) => "url" in checkTarget(url, { allowPrivate });

describe("what an HTTP step may reach", () => {
  test.each([
    "https://example.com/",
    "https://example.com./path?q=1",
    "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://example.com:8443/",
    "https://example.com:80/",
    "https://xn--bcher-kva.example/",
  ])("%s is allowed", (url) => {
    expect(allowed(url)).toBe(true);
  });

  test.each([
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "data:text/plain,hi",
    "not a url",
    "",
    "//example.com/",
    "https://user@example.com/",
    "https://user:pw@example.com/",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:0/",
    // This machine, in many notations.
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.1/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://2130706433/",
    "https://127.0.0.1./",
    "https://%31%32%37.0.0.1/",
    "https://１２７.0.0.1/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://api.localhost/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://0.0.0.0/",
    "https://[::]/",
    // Networks that are not the public one.
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://169.254.169.254/latest/meta-data/",
    "https://0xa9fea9fe/",
    "https://0251.0376.0251.0376/",
    "https://2852039166/",
    "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:a9fe:a9fe::]/",
    "https://[2001::1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://168.63.129.16/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://198.18.0.1/",
    // Names of the local network.
    "https://metadata/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://db.svc.cluster.local/",
    "https://router.lan/",
    "https://x.home.arpa/",
  ])("%s is refused", (url) => {
    expect(allowed(url)).toBe(false);
  });

  test("one machine: loopback and http too, and still nothing else private", () => {
    for (const url of [
      "http://127.0.0.1:4000/",
      "http://localhost:4000/",
      "http://[::1]:4000/",
      "http://example.com/",
    ])
      expect(allowed(url, true), url).toBe(true);
    for (const url of [
      "http://169.254.169.254/",
      "http://10.0.0.1/",
      "http://0.0.0.0:4000/",
      "http://127.0.0.1:22/",
    ])
      expect(allowed(url, true), url).toBe(false);
  });

  test("the reason names what is wrong", () => {
    expect(checkTarget("http://example.com", { allowPrivate: false })).toEqual({
      refused: "only https is allowed, not http:",
    });
  });

  const private4 = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127), byte(), byte(), byte()),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte(), byte()),
    fc.tuple(fc.constant(192), fc.constant(168), byte(), byte()),
    fc.tuple(fc.constant(169), fc.constant(254), byte(), byte()),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte(), byte()),
    fc.tuple(fc.integer({ min: 224, max: 255 }), byte(), byte(), byte()),
  );
  const notation = fc.constantFrom<(n: number) => string>(
    (n) => String(n),
    (n) => `0x${n.toString(16)}`,
    (n) => `0${n.toString(8)}`,
    (n) => `0X000${n.toString(16).toUpperCase()}`,
  );

  test("no notation of a private address passes", () => {
    fc.assert(
      fc.property(
        private4,
        fc.array(notation, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (address, write, parts) => {
          // The last part of a short notation holds all remaining bytes.
          const head = address.slice(0, parts - 1);
          const rest = address.slice(parts - 1).reduce((sum, part) => sum * 256 + part, 0);
          const host = [...head, rest].map((n, i) => write[i]?.(n) ?? String(n)).join(".");
          expect(allowed(`https://${host}/`), host).toBe(false);
          const number = address.reduce((sum, part) => sum * 256 + part, 0);
          const hex = number.toString(16).padStart(8, "0");
          expect(allowed(`https://[::ffff:${hex.slice(0, 4)}:${hex.slice(4)}]/`)).toBe(false);
        },
      ),
    );
  });

  test("no text makes it throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.ipV6().map((ip) => `https://[${ip}]/`),
        ),
        (text) => {
          checkTarget(text, { allowPrivate: true });
        },
      ),
    );
  });

  test("IPv6 outside the global range never passes", () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        const first = new URL(`https://[${ip}]/`).hostname.slice(1).split(":")[0] ?? "";
        const globalRange = /^[23][0-9a-f]{3}$/.test(first);
        if (!globalRange) expect(allowed(`https://[${ip}]/`), ip).toBe(false);
      }),
    );
  });
});

function byte() {
  return fc.integer({ min: 0, max: 255 });
}
