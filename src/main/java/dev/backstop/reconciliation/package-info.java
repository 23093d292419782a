/**
 * The clock calls us: finds what is overdue and asks iDenfy once for each.
 */
@ApplicationModule(allowedDependencies = { "verification", "idenfy" })
@NullMarked
package dev.backstop.reconciliation;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
