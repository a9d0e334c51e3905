import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import styles from './menu.module.css';

type MenuProps = {
  /** A button; it gets what opens the menu. */
  trigger: ReactElement;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  children: ReactNode;
};

/** A list of actions that opens at a button. */
export function Menu({ trigger, align = 'start', side = 'bottom', children }: MenuProps): ReactElement {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles.positioner} align={align} side={side} sideOffset={6} collisionPadding={8}>
          <Base.Popup className={styles.popup}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type MenuItemProps = {
  icon?: IconName;
  isDangerous?: boolean;
  isDisabled?: boolean;
  onChoose: () => void;
  children: ReactNode;
};

export function MenuItem({
  icon,
  isDangerous = false,
  isDisabled = false,
  onChoose,
  children,
}: MenuItemProps): ReactElement {
  return (
    <Base.Item
      className={styles.item}
      data-dangerous={isDangerous || undefined}
      disabled={isDisabled}
      onClick={onChoose}
    >
      {icon && <Icon name={icon} size={17} />}
      {children}
    </Base.Item>
  );
}

type MenuChoiceProps<T extends string> = {
  label: string;
  value: T | null;
  options: readonly { value: T; title: string; hint?: string | undefined }[];
  onChoose: (value: T) => void;
};

/** One of several, the present one marked. */
export function MenuChoice<T extends string>({ label, value, options, onChoose }: MenuChoiceProps<T>): ReactElement {
  return (
    <Base.RadioGroup aria-label={label} value={value} onValueChange={(next) => onChoose(next as T)}>
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} className={styles.item} closeOnClick>
          <span className={styles.words}>
            {option.title}
            {option.hint && <small className={styles.hint}>{option.hint}</small>}
          </span>
          <Base.RadioItemIndicator className={styles.mark}>
            <Icon name="check" size={17} />
          </Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}
