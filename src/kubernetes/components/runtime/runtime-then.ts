/** What the outcomes of the runtime's own requests, timers, streams and disk operations carry. */
import type { RequestId } from '../../../sim/index.ts';
import type { MetaThen } from './meta-log.ts';

export type RuntimeThen =
  | { readonly for: 'recover' }
  | MetaThen
  | { readonly for: 'sync' }
  | { readonly for: 'shim' }
  | { readonly for: 'reattach' }
  /** A process is looked for; it has not refused in time; nobody has told of its end in time. */
  | { readonly for: 'probe' | 'found' | 'missing'; readonly container: string }
  | { readonly for: 'sandbox' | 'add'; readonly sandbox: string; readonly request: RequestId }
  | { readonly for: 'del'; readonly sandbox: string }
  | { readonly for: 'start' | 'grace'; readonly container: string }
  | { readonly for: 'exec'; readonly request: RequestId; readonly container: string; readonly command: string }
  | { readonly for: 'manifest' | 'pull'; readonly image: string }
  | { readonly for: 'network-status'; readonly request: RequestId };
