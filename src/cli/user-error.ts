/** A mistake of whoever typed the command or wrote the file that it names: told without a stack trace, exit code 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
