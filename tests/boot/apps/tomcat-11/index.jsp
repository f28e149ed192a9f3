<%= "a page of " + jakarta.servlet.Servlet.class.getPackage().getName() %>
