import { ActionIcon, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';

const NEXT: Readonly<Record<MantineColorScheme, MantineColorScheme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const SIGN: Readonly<Record<MantineColorScheme, string>> = { auto: '◐', light: '○', dark: '●' };

/** Auto follows the system; the choice stays in this browser. */
export function SchemeToggle() {
  // Holding transitions back needs a style element, which the API's policy refuses; there are none to hold back.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const label = `Colours: ${colorScheme}. Change to ${NEXT[colorScheme]}.`;
  return (
    <ActionIcon
      variant="default"
      size="md"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(NEXT[colorScheme])}
    >
      <span aria-hidden="true">{SIGN[colorScheme]}</span>
    </ActionIcon>
  );
}
