/**
 * Our clients call us: they register, read, list and ask for a check.
 */
@ApplicationModule(allowedDependencies = { "verification", "reconciliation", "archive" })
@NullMarked
package dev.backstop.api;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
