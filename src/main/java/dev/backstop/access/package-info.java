/**
 * Who may call us: the accounts of both ports.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.backstop.access;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
