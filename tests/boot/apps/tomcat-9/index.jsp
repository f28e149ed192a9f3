<%= "a page of " + javax.servlet.Servlet.class.getPackage().getName() %>
