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
