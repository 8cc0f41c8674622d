import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../../languages/language-provider.tsx';
import { Form } from '../../ui/form.tsx';
import { ProblemNotice } from '../../ui/problem.tsx';

interface ActDialogProps {
  title: string;
  lead?: string;
  submit: string;
  opened: boolean;
  onClose: () => void;
  onSubmit: () => void;
  isPending: boolean;
  problem: unknown;
  canSubmit?: boolean;
  isFinal?: boolean;
  children: ReactNode;
}

/** The shape every act has: what it means, what must be said, one button that does it and one that does not. */
export function ActDialog(props: ActDialogProps) {
  const t = useTexts();

  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size="lg">
      <Form onSubmit={props.onSubmit} problem={props.problem}>
        <Stack gap="md">
          {props.lead ? <Text>{props.lead}</Text> : null}
          {props.problem ? <ProblemNotice problem={props.problem} /> : null}
          {props.children}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t.common.cancel}
            </Button>
            <Button
              type="submit"
              loading={props.isPending}
              disabled={props.canSubmit === false}
              color={props.isFinal ? 'red.9' : undefined}
            >
              {props.submit}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Modal>
  );
}
