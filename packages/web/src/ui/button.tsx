import type { ButtonHTMLAttributes, ReactElement, Ref } from 'react';
import styles from './button.module.css';
import { classes } from './classes.ts';
import { Icon, type IconName } from './icon.tsx';

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  icon?: IconName;
  ref?: Ref<HTMLButtonElement>;
};

/** A button with words. */
export function Button({ kind = 'plain', icon, className, children, ...rest }: ButtonProps): ReactElement {
  return (
    <button type="button" className={classes(styles.button, styles[kind], className)} {...rest}>
      {icon && <Icon name={icon} size={17} />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label' | 'children'> & {
  /** What it does; read out, and shown when pointed at. */
  label: string;
  icon: IconName;
  size?: 'small' | 'medium';
  ref?: Ref<HTMLButtonElement>;
};

/** A button that is only a picture. */
export function IconButton({ label, icon, size = 'medium', className, ...rest }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={classes(styles.icon, size === 'small' ? styles.small : undefined, className)}
      {...rest}
    >
      <Icon name={icon} size={size === 'small' ? 16 : 19} />
    </button>
  );
}
