/** Who speaks, as far as the hub itself knows: tenant and agent from the token, the rest from D1 at `hello`. */
export interface Seat {
  agentId: string;
  tenantId: string;
  /** The token it came with. */
  tokenId: string;
  /** 0 until `hello` was answered. */
  session: number;
  labels: string[];
  capacity: number;
  draining: boolean;
}
