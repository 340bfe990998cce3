/** What a node tells its container runtime. */
import type { Address, Distribution } from '../../../sim/index.ts';

export interface RuntimeArgs {
  readonly registry: Address;
  /** The node's own address, which pods of the host's network have. */
  readonly nodeIp: string;
  /** What a sandbox takes besides its network. Default: lognormal, median 150 ms. */
  readonly sandboxStartMs?: Distribution;
  /** From StartContainer to the process. Default: lognormal, median 80 ms. */
  readonly containerStartMs?: Distribution;
  /** How many images are downloaded at a time. Default 3. */
  readonly maxParallelDownloads?: number;
}
