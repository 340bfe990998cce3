/** The conversation with an image registry: what an image is. The layers' bytes are time, not messages. */

export interface ManifestRequest {
  readonly manifestOf: string;
}

/** The body of every reply. */
export type ManifestResponse =
  | { readonly ok: true; readonly image: ImageManifest }
  | { readonly ok: false; readonly error: 'NotFound' | 'Unauthorized' | 'TooManyRequests'; readonly message: string };

export interface ImageManifest {
  /** `sha256:…` */
  readonly digest: string;
  readonly sizeBytes: number;
  /** How fast a node gets the image's bytes from the registry. */
  readonly bytesPerSecond: number;
  /** The program that a container of this image runs, a name in the world's programs, and what the image tells it. */
  readonly program: string;
  readonly config: unknown;
}

/** What the registry knows of images, by pattern; plain data. The first rule that fits an image counts. */
export interface ImageRule {
  /** `*` stands for any text. Matched against the full name and as it is written, with or without its tag: `wavetank/echo*`. */
  readonly image: string;
  /** A program for containers: `generic`, `echo`, `load-generator`, or one of the user's own. Default `generic`. */
  readonly program?: string;
  /** What the image tells its program; plain data. */
  readonly config?: unknown;
  readonly sizeBytes?: number;
  /** There is no such image. */
  readonly missing?: true;
  /** It may not be pulled. */
  readonly unauthorized?: true;
}
