/** Where copies for an undo lie on an agent's machine: outside of every project, one folder for each. */
export function keptFolder(env: { [name: string]: string | undefined }, home: string): string {
  return `${env.XDG_DATA_HOME || `${home}/.local/share`}/tw/kept`;
}
