/**
 * Our operators call us: they watch, pause, resume and re-arm.
 */
@ApplicationModule(allowedDependencies = { "verification", "idenfy", "webhook", "reconciliation", "archive", "access" })
@NullMarked
package dev.backstop.operations;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
