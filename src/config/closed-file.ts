import type { Stats } from 'node:fs';

const GROUP_READ = 0o040;
const GROUP_WRITE_AND_OTHERS = 0o037;

/**
 * Whether others than the owner may read a file that holds a secret, or change it. Kubernetes and systemd mount secrets as root's, readable by the
 * service's group, which is intended; any other group is a mistake. Asked of the open file, so that it can't be swapped before it is read.
 */
export function isOpenToOthers({ mode, uid }: Pick<Stats, 'mode' | 'uid'>): boolean {
  const groupIsIntended = uid === 0 && process.getuid?.() !== 0;
  return (mode & GROUP_WRITE_AND_OTHERS) !== 0 || ((mode & GROUP_READ) !== 0 && !groupIsIntended);
}
