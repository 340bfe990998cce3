/** A check threw instead of answering: a mistake in the check, not a broken promise and not the fault of any actor. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
  /** The check's name. */
  readonly check: string;

  /** @param moment when it was asked, like `after event 12` or `at the end` */
  constructor(check: string, moment: string, error: unknown) {
    super(`Check "${check}" threw ${moment}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
    this.check = check;
  }
}
