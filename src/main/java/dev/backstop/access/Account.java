package dev.backstop.access;

/**
 * One HTTP Basic account.
 *
 * @param name one word of a to z and 0 to 9
 */
record Account(Role role, String name, Password password) {

}
