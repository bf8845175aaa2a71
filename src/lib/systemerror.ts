// Errors of the system, as a person would describe them.

/** What went wrong with a file, in a few words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'no such directory';
    case 'ENOTDIR':
      return 'not a directory';
    case 'EISDIR':
      return 'expected a file, got a directory';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'read-only file system';
    case 'ENOSPC':
      return 'no space left on device';
    case 'EPIPE':
      return 'broken pipe';
    default:
      return message.replace(/^E[A-Z]+: ([^,]+), .*$/, '$1');
  }
}
