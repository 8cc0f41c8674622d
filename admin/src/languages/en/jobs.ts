export const jobs = {
  tray: 'Work under way',
  trayCount: (count: string) => `Work under way: ${count}`,
  empty: 'Nothing is under way.',
  pause: 'Pause',
  resume: 'Go on',
  retry: 'Try again',
  stop: 'Stop',
  stopping: 'Stops after this piece',
  pausing: 'Pauses after this piece',
  /** What each kind of work is called. */
  kinds: {
    'import-check': 'Checking an import',
    'import-commit': 'Taking an import over',
    'import-undo': 'Undoing an import',
  } as Record<string, string>,
  states: {
    waiting: 'Waits for its turn',
    running: 'Under way',
    paused: 'Paused',
    failed: 'Failed',
    stopped: 'Stopped; what was done stays',
    done: 'Done',
  },
  problems: {
    defect: 'Something unexpected happened. What was done until then is kept; try again, or stop.',
  } as Record<string, string>,
  progress: (done: string, total: string) => `${done} of ${total}`,
  rate: (rate: string) => `${rate} a second`,
  left: {
    seconds: (count: string) => `about ${count} seconds left`,
    minutes: (count: string) => `about ${count} minutes left`,
    hours: (count: string) => `about ${count} hours left`,
  },
  announced: (share: string) => `${share} done`,
};
