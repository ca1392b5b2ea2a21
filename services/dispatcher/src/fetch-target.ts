/**
 * Which URLs an HTTP step may reach: an allow-list, decided on the URL as the platform parses it, so that every notation
 * of an address (hex, octal, one number, IPv4 within IPv6) has become one before it is looked at.
 *
 * What this cannot do: a Worker cannot choose the address a fetch connects to, so a public name that resolves to a private
 * address passes here (looking the name up first would only be a race). On Cloudflare a Worker has no route into
 * anybody's private network; whoever runs workerd elsewhere sets the outbound network's `allow = ["public"]`, which is
 * checked on the resolved address.
 */

/** Names that mean "this machine" or "this network" by convention; a name without a dot is always one of them. */
const LOCAL_SUFFIXES = [
  "localhost",
  "local",
  "localdomain",
  "internal",
  "intranet",
  "lan",
  "home",
  "corp",
  "private",
  "home.arpa",
  "onion",
  "invalid",
];

/** Network and prefix length of every IPv4 range that is not the public Internet. */
const PRIVATE_V4: [string, number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // carrier NAT; one cloud's metadata lives here
  ["127.0.0.0", 8],
  ["168.63.129.16", 32], // one cloud's wire server, on a public number
  ["169.254.0.0", 16], // link-local and metadata
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

export interface TargetRules {
  /** One machine only: http and loopback too. */
  allowPrivate: boolean;
}

/**
 * May an HTTP step call this URL?
 * @returns the parsed URL, or the reason why not, in words for the person who wrote the URL
 */
export function checkTarget(text: string, rules: TargetRules): { url: URL } | { refused: string } {
  if (!URL.canParse(text)) return { refused: "it is not an absolute URL" };
  const url = new URL(text);
  const plain = url.protocol === "http:" && rules.allowPrivate;
  if (url.protocol !== "https:" && !plain) return { refused: `only https is allowed, not ${url.protocol}` };
  if (url.username !== "" || url.password !== "") return { refused: "it carries a user name or password" };
  if (!portAllowed(url)) return { refused: `port ${url.port} is not allowed; use 443, 80 or one from 1024` };
  const host = url.hostname.replace(/\.$/, "");
  const place = placeOf(host);
  if (place === "public" || (place === "loopback" && rules.allowPrivate)) return { url };
  return {
    refused:
      place === "loopback"
        ? "it is an address of this machine"
        : `${host} is not an address of the public Internet`,
  };
}

function portAllowed(url: URL): boolean {
  const port = url.port === "" ? 443 : Number(url.port);
  return port === 443 || port === 80 || port >= 1024;
}

function placeOf(host: string): "public" | "loopback" | "private" {
  if (host.startsWith("[")) return placeOfV6(host.slice(1, -1));
  const v4 = parseV4(host);
  if (v4 !== null) return placeOfV4(v4);
  const labels = host.toLowerCase().split(".");
  if (labels.at(-1) === "localhost") return "loopback";
  const local = LOCAL_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
  return labels.length < 2 || labels.includes("") || local ? "private" : "public";
}

/** A URL's host that is an IPv4 address has always become four decimal numbers. */
function parseV4(host: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  return parts ? parts.slice(1).reduce((sum, part) => sum * 256 + Number(part), 0) : null;
}

function placeOfV4(address: number): "public" | "loopback" | "private" {
  if (Math.floor(address / 2 ** 24) === 127) return "loopback";
  const inside = ([network, bits]: [string, number]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(address / size) === Math.floor((parseV4(network) ?? 0) / size);
  };
  return PRIVATE_V4.some(inside) ? "private" : "public";
}

function placeOfV6(host: string): "public" | "loopback" | "private" {
  const groups = parseV6(host);
  if (groups === null) return "private";
  const [a = 0, b = 0] = groups;
  const low = (groups[6] ?? 0) * 65_536 + (groups[7] ?? 0);
  if (groups.slice(0, 7).every((g) => g === 0) && groups[7] === 1) return "loopback";
  // IPv4 within IPv6: judged as the IPv4 address it is.
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff) return placeOfV4(low);
  const globalUnicast = a >= 0x2000 && a <= 0x3fff;
  // 2001:0000–01ff is the IETF's own (Teredo among it), 2001:db8 is for documents, 2002 wraps IPv4, 3fff:0xxx is for documents.
  const special =
    (a === 0x2001 && (b < 0x0200 || b === 0x0db8)) || a === 0x2002 || (a === 0x3fff && b < 0x1000);
  return globalUnicast && !special ? "public" : "private";
}

function parseV6(host: string): number[] | null {
  const [head = "", tail, ...more] = host.split("::");
  if (more.length > 0) return null;
  const read = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const front = read(head);
  const back = tail === undefined ? [] : read(tail);
  const gap = 8 - front.length - back.length;
  if (tail === undefined ? gap !== 0 : gap < 0) return null;
  const groups = [...front, ...Array<number>(Math.max(gap, 0)).fill(0), ...back];
  return groups.length === 8 && groups.every((g) => g >= 0 && g <= 0xffff) ? groups : null;
}
